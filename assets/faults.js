/* A view that could not be made says so. Without this, a failed answer would leave the old view standing
 * as if nothing had been asked. The sentence comes from the server, in the visitor's language. */
(function () {
  "use strict";
  var ask = window.fetch;

  function banner() {
    var found = document.getElementById("fault");
    if (found) return found;
    found = document.createElement("p");
    found.id = "fault";
    found.className = "notice fault";
    found.setAttribute("role", "alert");
    document.body.insertBefore(found, document.body.firstChild);
    return found;
  }
  function tell(answer) {
    answer.json().then(function (body) {
      if (body && body.error) banner().textContent = body.error.message + " " + body.error.remedy;
    }).catch(function () {});
  }
  window.fetch = function (address) {
    return ask.apply(this, arguments).then(function (answer) {
      if (String(address && address.url || address).indexOf("_dash-") >= 0) {
        if (answer.status >= 400) tell(answer.clone());
        else if (answer.ok) {
          var old = document.getElementById("fault");
          if (old) old.remove();
        }
      }
      return answer;
    });
  };
})();
