"""The document of the upload page, as a template of Jinja: every value is escaped but the style of the agency."""

from typing import Final

TEMPLATE: Final = """<!DOCTYPE html>
<html lang="{{ lang }}" dir="{{ dir }}" data-theme="{{ theme }}"{% if prefix %} data-prefix="{{ prefix }}"{% endif %}>
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex, nofollow, noarchive">
<title>{{ title }}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css"><link rel="stylesheet" href="/assets/upload.css">
{{ branding|safe }}
<script src="/assets/theme.js"></script><script src="/assets/upload.js" defer></script>
</head>
<body>
<a href="#content" class="skip-link">{{ w.skip }}</a>
<header class="site-header"><div class="wrap header-row"><a href="/" class="site-name">{{ name }}</a></div></header>
<main id="content" class="page page-upload" tabindex="-1">
<div class="headline"><h1>{{ w.title }}</h1>
<p class="lede">{{ w.lede }}</p></div>
{% if shown.writable %}
<form id="upload-form" class="upload" method="post" action="/upload" enctype="multipart/form-data"
 data-most="{{ most }}"
 data-working="{{ w.working }}" data-publishing="{{ w.publishing }}"
 data-large="{{ w.large }}"
 data-lost="{{ w.lost }}">
<p class="upload-field"><label for="upload-token">{{ w.token }}</label>
<input id="upload-token" name="token" type="password" required autocomplete="off" spellcheck="false"
 aria-describedby="upload-token-help">
<span id="upload-token-help" class="below">{{ w.token_help }}</span></p>
<p class="upload-field"><label for="upload-file">{{ w.file }}</label>
<input id="upload-file" name="file" type="file" accept=".csv,.tsv,.txt,.xlsx" aria-describedby="upload-file-help">
<span id="upload-file-help" class="below">{{ w.file_help }}</span></p>
<p class="upload-acts"><button class="upload-act" name="action" value="check">{{ w.check }}</button>
<button class="upload-act is-quiet" name="action" value="list">{{ w.list }}</button></p>
</form>
<details class="upload-templates"><summary>{{ w.templates }}</summary><ul>
{% for code, title in specs %}<li><a href="/download/template.csv?indicator={{ code }}">{{ title }}</a></li>
{% endfor %}</ul></details>
{% else %}
<p class="notice" role="alert">{{ w.readonly }}</p>
{% endif %}
<p id="upload-told" role="status" class="{{ 'notice' if shown.is_fault else 'upload-told' }}">{{ shown.said
 if shown.writable else '' }}</p>
<div id="upload-report" tabindex="-1">
{% if report %}
<section class="upload-section" aria-labelledby="upload-head"><h2 id="upload-head">{{ report.name }}</h2>
<ul class="upload-counts">{% for line in counted %}<li>{{ line }}</li>{% endfor %}
{% for line in report.remarks %}<li>{{ line }}</li>{% endfor %}</ul></section>
{% for table in tables %}
<section class="upload-section"><h2>{{ table.title }}</h2>
<div class="table-frame" tabindex="0" role="group" aria-label="{{ table.title }}"><table class="table">
<caption class="visually-hidden">{{ table.title }}</caption>
<thead><tr>{% for head in table.heads %}<th scope="col"{% if loop.index0 in table.numeric %} class="num"{% endif %}>{{
 head }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in table.rows %}<tr>{% for cell in row %}<td{% if loop.index0 in table.numeric %} class="num"{%
 endif %}>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>
{% if table.more %}<p class="muted">{{ table.more }}</p>{% endif %}</section>
{% endfor %}
{% if report.taken %}
<section class="upload-section" aria-labelledby="upload-publish"><h2 id="upload-publish">{{ w.publish }}</h2>
{% if held %}{% for line in held %}<p class="notice">{{ line }}</p>{% endfor %}
<p><input id="upload-accept" type="checkbox" name="accept" value="yes" form="upload-form">
<label for="upload-accept">{{ w.accept }}</label></p>{% endif %}
<input type="hidden" name="checked" value="{{ report.sha256 }}" form="upload-form">
<input type="hidden" name="version" value="{{ report.version }}" form="upload-form">
<p class="muted">{{ w.aside }}</p>
<p><button class="upload-act" name="action" value="publish" form="upload-form">{{ w.publish }}</button></p></section>
{% endif %}
{% endif %}
{% if shown.entries is not none %}
<section class="upload-section" aria-labelledby="upload-entries"><h2 id="upload-entries">{{ w.entries }}</h2>
{% if entries %}<div class="table-frame" tabindex="0" role="group" aria-label="{{ w.entries }}">
<table class="table"><caption class="visually-hidden">{{ w.entries }}</caption><thead><tr>
<th scope="col">{{ w.file }}</th><th scope="col">{{ w.day }}</th><th scope="col">{{ w.indicators }}</th>
<th scope="col">{{ w.years }}</th><th scope="col" class="num">{{ w.figures }}</th>
<th scope="col" class="num">{{ w.waiting }}</th><th scope="col">{{ w.remove }}</th></tr></thead>
<tbody>{% for entry, told in entries %}<tr><th scope="row">{{ entry.name }}</th><td>{{ entry.vintage }}</td>
<td>{{ told.names }}</td><td>{{ told.years }}</td><td class="num">{{ told.figures }}</td>
<td class="num">{{ told.waiting }}</td>
<td><details><summary>{{ w.remove_ }}</summary><button class="upload-act is-quiet" form="upload-form" name="action"
 value="remove:{{ entry.sha256 }}" aria-label="{{ told.asks }}: {{ entry.name }}">{{ told.asks }}</button></details>
</td></tr>{% endfor %}</tbody></table></div>
<p class="muted">{{ w.kept }}</p>
{% else %}<p>{{ w.nothing }}</p>{% endif %}</section>
{% endif %}
</div>
</main>
<footer class="site-footer"><div class="wrap"><p class="footer-facts"><a href="/">{{ w.overview }}</a>
<a href="/data-quality">{{ w.quality }}</a></p></div></footer>
</body></html>"""
