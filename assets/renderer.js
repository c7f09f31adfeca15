/* Dash (4.4) sends "reset this component" for each component that a callback has just made, and every one of them makes
   all the others look whether they are meant: a page of three thousand stood still for half a minute. A reset with
   nothing to reset changes nothing and is left out; where Dash keeps its state otherwise, nothing is done. */
(function () {
  "use strict";
  var stores = (window.dash_stores = window.dash_stores || []);

  function isIdle(action, state) {
    if (!action || action.type !== "RESET_COMPONENT_STATE" || !state || !state.layoutHashes) return false;
    var path = action.payload && action.payload.itempath;
    if (!path) return false;
    var start = path.join(",");
    return !Object.keys(state.layoutHashes).some(function (key) { return key.startsWith(start); });
  }
  stores.push = function (store) {
    var dispatch = store.dispatch;
    store.dispatch = function (action) {
      return isIdle(action, store.getState()) ? action : dispatch(action);
    };
    return Array.prototype.push.call(stores, store);
  };
})();
