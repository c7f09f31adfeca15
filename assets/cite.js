/* A citation is copied by one press. Where a page may not write to the clipboard (plain http), the text is
 * marked and copied the old way; the button says whether it worked. */
(function () {
  "use strict";
  function marked(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
  function told(button) {
    var word = button.textContent;
    if (word === button.dataset.copied) return;
    button.textContent = button.dataset.copied;
    window.setTimeout(function () { button.textContent = word; }, 1600);
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".cite-copy");
    var text = button && button.parentNode.querySelector(".cite-text");
    if (!text) return;
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text.textContent).then(function () { told(button); }, function () {
        if (marked(text)) told(button);
      });
    } else if (marked(text)) told(button);
  });
})();
