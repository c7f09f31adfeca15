"""What is PostgreSQL's own: sessions, bulk writes, earlier versions, one transaction around much, copies, standbys."""
