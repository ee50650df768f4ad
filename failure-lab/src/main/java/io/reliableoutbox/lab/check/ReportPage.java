package io.reliableoutbox.lab.check;

import java.util.Set;
import java.util.stream.Collectors;

/** The report as one page that needs nothing but itself. */
record ReportPage(Report report) {
  private static final int SHOWN = 200;

  String html() {
    Verdict verdict = report.verdict();
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Reliable Outbox: %1$s</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; color: #1c2530; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
    .verdict { display: inline-block; padding: .1rem .7rem; border-radius: .3rem; color: #fff; background: %2$s; }
    code, pre { font: 13px/1.5 ui-monospace, monospace; background: #f2f4f7; padding: .1rem .3rem; border-radius: .2rem; }
    pre { padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    table { border-collapse: collapse; width: 100%%; } td, th { text-align: left; padding: .15rem .6rem .15rem 0; vertical-align: top; }
    th { font-weight: 600; border-bottom: 1px solid #c8d0da; } td { border-bottom: 1px solid #eceff3; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .none { color: #7a8694; }
    svg { width: 100%%; display: block; margin-top: .8rem; } svg text { font: 11px system-ui, sans-serif; fill: #5b6775; }
    svg text.title { font-size: 13px; font-weight: 600; fill: #1c2530; } svg line { stroke: #e3e7ec; } svg .fault { fill: #d9480f; opacity: .13; }
    </style>
    </head>
    <body>
    <h1>Reliable Outbox <span class="verdict">%1$s</span></h1>
    <p>%3$s<br><code>%4$s</code></p>
    <pre>%5$s</pre>
    <ul>%6$s</ul>
    <h2>Over time</h2>
    <p>A fault is shaded from the moment it happened until its target was up again.</p>
    %7$s
    <h2>Sets</h2>
    <table><tr><th>set</th><th class="n">size</th><th>members</th></tr>
    %8$s</table>
    <h2>Faults</h2>
    <table><tr><th class="n">from</th><th class="n">until</th><th>fault</th><th>what happened</th></tr>
    %9$s</table>
    </body>
    </html>
    """
        .formatted(
            verdict.passed() ? "PASS" : "FAIL",
            verdict.passed() ? "#2b8a3e" : "#c92a2a",
            escape(report.system()),
            escape(report.command()),
            escape(verdict.line()),
            report.notes().stream().map(ReportPage::item).collect(Collectors.joining()),
            charts(),
            sets(),
            faults());
  }

  private String charts() {
    Timeline timeline = report.timeline();
    return new Chart(timeline, "acknowledged to the client, a second", "#1c7ed6", true)
            .svg(Timeline.Sample::acknowledged)
        + new Chart(timeline, "waiting in the outbox", "#e8590c", false)
            .svg(Timeline.Sample::backlog)
        + new Chart(timeline, "effects of the three consumers, a second", "#2b8a3e", true)
            .svg(Timeline.Sample::effects);
  }

  private String sets() {
    StringBuilder rows = new StringBuilder();
    report
        .verdict()
        .findings()
        .sets()
        .forEach(
            (name, ids) ->
                rows.append("<tr><td>%s</td>".formatted(name))
                    .append("<td class=\"n\">%d</td>".formatted(ids.size()))
                    .append("<td>%s</td></tr>%n".formatted(members(ids))));
    return rows.toString();
  }

  private static String members(Set<String> ids) {
    return ids.isEmpty()
        ? "<span class=\"none\">empty</span>"
        : ids.stream()
            .limit(SHOWN)
            .map(ReportPage::escape)
            .collect(Collectors.joining("<br>", "", ids.size() > SHOWN ? "<br>..." : ""));
  }

  private String faults() {
    return report.timeline().faults().stream()
        .map(
            fault ->
                "<tr%s><td class=\"n\">%s</td><td class=\"n\">%s</td><td>%s</td><td>%s</td></tr>%n"
                    .formatted(
                        fault.tookPlace() ? "" : " class=\"none\"",
                        seconds(fault.fromMillis()),
                        seconds(fault.toMillis()),
                        escape(fault.fault()),
                        escape(fault.tookPlace() ? fault.what() : "no: " + fault.what())))
        .collect(Collectors.joining());
  }

  private static String item(String sentence) {
    return "<li>" + escape(sentence) + "</li>";
  }

  private static String seconds(long millis) {
    return String.format(java.util.Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
