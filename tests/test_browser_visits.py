"""What the tests' own visitors leave behind, and what is put aside while axe looks: nothing that hides a fault."""

from tests.browser import ANCHOR, MARK_TWINS, PUT_ASIDE, visit

COLOURS_OF_WORDS = """async () => {
  const found = await axe.run(".js-plotly-plot", { runOnly: ["color-contrast"] });
  const drawn = (kind) => found[kind].flatMap((rule) => rule.nodes).filter((one) => /text|tspan/.test(one.html)).length;
  return { incomplete: drawn("incomplete"), violations: drawn("violations") };
}"""


def test_nothing_of_a_visitor_is_there_for_the_next(browser, live_server) -> None:
    with visit(browser, live_server, theme="dark") as seen:
        page = seen.go("/downloads")
        page.evaluate("() => { localStorage.setItem('a', '1'); document.cookie = 'mine=1'; }")
        page.evaluate("() => { sessionStorage.setItem('a', '1'); window.name = 'mine'; }")
    with visit(browser, live_server) as seen:
        page = seen.go("/downloads")
        assert page.evaluate("() => localStorage.getItem('a')") is None
        assert "mine" not in page.evaluate("() => document.cookie")
        assert page.locator("html").get_attribute("data-theme") == "light"
        assert page.evaluate("() => [sessionStorage.length, opener, name]") == [0, None, ""]
        assert [p.url for p in page.context.pages] == [live_server + ANCHOR, page.url]


def test_what_is_put_aside_comes_back_and_faults_are_found_all_the_same(browser, live_server) -> None:
    with visit(browser, live_server) as seen:
        page = seen.go("/country?area=PRT", plots=6)
        seen.answered()  # or what is compared is drawn anew in between
        before = page.content()
        page.evaluate(MARK_TWINS)
        marked = page.content()
        page.evaluate(PUT_ASIDE)
        assert len(page.content()) < 0.95 * len(marked)
        page.evaluate("() => window.putBack()")
        assert page.content() == marked
        assert page.locator("[data-twin]").count() > 50 and len(before) <= len(marked)
        assert seen.violations() == []
        page.evaluate("""() => document.querySelectorAll(".main-svg text").forEach((words) => {
          words.style.color = words.style.fill = getComputedStyle(document.body).backgroundColor;
        })""")
        looked_at = page.evaluate(COLOURS_OF_WORDS)
        assert looked_at["incomplete"] > 20 and looked_at["violations"] == 0, "of words in drawings axe cannot tell"
        page.evaluate("""() => {
          const row = document.querySelectorAll("tbody tr")[0];
          row.querySelector("td, th").insertAdjacentHTML("beforeend", "<img src='data:,'>");
          const shape = document.querySelector(".main-svg path");
          shape.setAttribute("role", "img");
        }""")
        assert {found.partition(":")[0] for found in seen.violations()} == {"image-alt", "svg-img-alt"}
