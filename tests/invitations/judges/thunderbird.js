// Runs inside Thunderbird: an invitee's calendar in memory gets the messages one after the other.
const [me, messages, answer] = arguments;
const done = arguments[arguments.length - 1];

(async () => {
  const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
  const out = { steps: [] };
  const calendar = cal.manager.createCalendar(
    "memory", Services.io.newURI(`moz-memory-calendar://${Math.random()}`));
  calendar.name = "judge";
  cal.manager.registerCalendar(calendar);
  calendar.setProperty("organizerId", `mailto:${me}`);
  // answers are not sent but counted
  let replies = [];
  const transport = {
    QueryInterface: ChromeUtils.generateQI(["calIItipTransport"]),
    scheme: "mailto", type: "email", senderAddress: me, mSenderAddress: me,
    sendItems(_recipients, itip) { replies.push(itip.responseMethod); return true; },
  };
  const inner = calendar.wrappedJSObject;
  const known = inner.getProperty.bind(inner);
  inner.getProperty = name =>
    name == "itip.transport" ? transport : name == "imip.identity.disabled" ? false : known(name);

  const stored = async uid => {
    const item = await calendar.getItem(uid);
    if (!item) return null;
    return {
      sequence: item.getProperty("SEQUENCE"), status: item.status, title: item.title,
      start: item.startDate.getInTimezone(cal.dtz.UTC).icalString,
      location: item.getProperty("LOCATION"),
      partstat: item.getAttendees().map(a => a.participationStatus).join(),
    };
  };
  const arrive = message => {
    const itip = Cc["@mozilla.org/calendar/itip-item;1"].createInstance(Ci.calIItipItem);
    itip.init(message.ics);
    itip.receivedMethod = message.method;
    itip.responseMethod = "REPLY";
    itip.autoResponse = Ci.calIItipItem.AUTO;
    itip.isSend = false;
    itip.identity = me;
    itip.sender = message.from;
    itip.targetCalendar = calendar;
    return itip;
  };
  const understood = itip => new Promise(resolve => {
    let told = false;
    cal.itip.processItipItem(itip, (_itip, rc, action, found) => {
      if (!told) { told = true; resolve({ rc, action, found }); }
    });
  });
  const act = action => new Promise(resolve => {
    const listener = { onOperationComplete() { resolve(); }, onGetResult() {} };
    setTimeout(resolve, 4000);
    const choice = action.method == "REQUEST" || action.method == "REQUEST:UPDATE" ? answer : "";
    const ended = action(listener, choice, { responseMode: Ci.calIItipItem.AUTO });
    if (ended && ended.catch) ended.catch(resolve);
  });

  try {
    for (const message of messages) {
      const itip = arrive(message);
      const uid = itip.getItemList()[0].id;
      const { rc, action, found } = await understood(itip);
      const bar = cal.itip.getOptionsText(itip, rc, action, found);
      replies = [];
      if (action) await act(action);
      await new Promise(resolve => setTimeout(resolve, 100));
      out.steps.push({
        action: action ? action.method : null, label: bar.label, buttons: bar.showItems,
        replies, stored: await stored(uid),
      });
      cal.itip.cleanupItipItem(itip);
    }
  } catch (error) {
    out.error = `${error}\n${error.stack}`;
  }
  cal.manager.unregisterCalendar(calendar);
  done(JSON.stringify(out));
})();
