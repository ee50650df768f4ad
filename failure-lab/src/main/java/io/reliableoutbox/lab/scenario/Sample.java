package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Timeline;
import java.util.Locale;

/**
 * What is seen in one second of a story.
 *
 * @param waiting events in the outbox that are not published; -1 while the database doesn't answer
 * @param effects effects of this story's events so far, in all consumers; -1 likewise
 * @param mails recorded and not sent yet; -1 likewise
 * @param notUp who is not up, and how; empty if all are
 */
record Sample(
    long second,
    long acknowledged,
    long unanswered,
    long waiting,
    long effects,
    long mails,
    String notUp) {
  static final String HEADING =
      "%6s %13s %11s %8s %8s %6s   %s"
          .formatted(
              "second", "acknowledged", "unanswered", "waiting", "effects", "mails", "not up");

  /** Whether the database has answered. */
  boolean whole() {
    return waiting >= 0;
  }

  Timeline.Sample forTimeline() {
    return new Timeline.Sample(1000 * second, acknowledged, waiting, effects);
  }

  String line() {
    return String.format(
            Locale.ROOT,
            "%6d %13d %11d %8s %8s %6s   %s",
            second,
            acknowledged,
            unanswered,
            waiting < 0 ? "?" : waiting,
            effects < 0 ? "?" : effects,
            mails < 0 ? "?" : mails,
            notUp)
        .stripTrailing();
  }
}
