package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Unreachable;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** The mail server is away. */
public final class SmtpDown implements Scenario {
  @Override
  public String summary() {
    return "the SMTP server is away: mails wait in their table, everything else goes on";
  }

  @Override
  public String hypothesis() {
    return """
    The SMTP server can't be reached. A mail can't be rolled back, so it is never sent in a
    transaction: the inbox's transaction records it, and it is sent afterwards. So events are
    applied as ever, mails wait, and all go out when the server is back.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Unreachable("consumer", "mail"));
    stage.meanwhile("200 mails wait", Duration.ofMinutes(2), () -> mails(stage, "PENDING") >= 200);
    stage.look(
        "select state, count(*) as mails, max(attempts) as attempts, max(last_error) as last_error from consuming.email group by state");
    stage.expect("the events themselves are applied", () -> stage.waiting() < 100);
    stage.heal();
    stage.drain();
    stage.meanwhile(
        "all mails are sent", Duration.ofMinutes(2), () -> mails(stage, "PENDING") == 0);
    stage.expect(
        "each recorded mail has arrived",
        () -> stage.system().mail().counts().distinct() == mails(stage, "SENT"));
  }

  private static long mails(Stage stage, String state) {
    return stage
        .sql()
        .number("select count(*) from consuming.email where state = '%s'".formatted(state));
  }
}
