package io.reliableoutbox.consumer.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.reliableoutbox.consumer.ConsumerDatabase;
import io.reliableoutbox.consumer.ConsumerProcess;
import io.reliableoutbox.consumer.Publisher;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;

class EmailIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private final GreenMail smtp = new GreenMail(ServerSetup.SMTP.dynamicPort());
  private ConsumerDatabase database;
  private String broker;
  private Publisher publisher;
  private ConsumerProcess process;

  @BeforeEach
  void prepare() throws Exception {
    smtp.start();
    database = new ConsumerDatabase();
    broker = TestInfrastructure.broker().freshVirtualHost();
    publisher = new Publisher(broker);
    start();
  }

  private void start() {
    process =
        ConsumerProcess.start(
            database,
            broker,
            List.of(
                "--consumer.enabled=email",
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + smtp.getSmtp().getPort()));
    await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
  }

  @AfterEach
  void remove() throws Exception {
    process.close();
    publisher.close();
    database.close();
    smtp.stop();
  }

  @Test
  void each_event_sends_one_mail_that_names_the_order() throws Exception {
    var order = UUID.randomUUID();
    var created = publish(Message.of(order, 1, "order.created"));
    publish(Message.of(order, 2, "order.paid"));
    awaitSent(2);
    assertThat(smtp.waitForIncomingEmail(10_000, 2)).isTrue();
    MimeMessage mail = mailAbout(created);
    assertThat(mail.getAllRecipients()[0]).hasToString("customer-42@customers.example");
    assertThat(mail.getSubject()).contains(order.toString());
    assertThat(mail.getFrom()[0]).hasToString("orders@reliable-outbox.example");
    publisher.publish(created);
    publish(Message.of(order, 3, "order.shipped"));
    awaitSent(3);
    assertThat(smtp.getReceivedMessages()).hasSize(3);
  }

  @Test
  void mails_wait_for_an_smtp_server_that_is_away() throws Exception {
    int port = smtp.getSmtp().getPort();
    smtp.stop();
    var created = publish(Message.of(UUID.randomUUID(), 1, "order.created"));
    // The fault: an attempt was made and failed. The event is applied all the same.
    await().atMost(LIMIT).until(() -> count("last_error is not null and state = 'PENDING'") == 1);
    assertThat(database.state("email", created.id())).isEqualTo("APPLIED");

    var again = new GreenMail(new ServerSetup(port, null, ServerSetup.PROTOCOL_SMTP));
    again.start();
    try {
      awaitSent(1);
      assertThat(again.getReceivedMessages()).hasSize(1);
    } finally {
      again.stop();
    }
  }

  @Test
  void a_long_outage_of_smtp_loses_no_mail_and_sends_none_twice() throws Exception {
    int port = smtp.getSmtp().getPort();
    smtp.stop();
    List<Message> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      events.add(publish(Message.of(UUID.randomUUID(), 1, "order.created")));
    }
    // The fault: each was tried, again and again, as in the course of hours.
    for (int round = 1; round <= 4; round++) {
      int attempts = round;
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  count("state = 'PENDING' and last_error is not null and attempts >= " + attempts)
                      == 60);
      if (round == 4) {
        assertThat(count("next_attempt_at > now() + interval '4 seconds'"))
            .as("ever later")
            .isPositive();
      }
      database.owner().sql("update consuming.email set next_attempt_at = now()").update();
    }
    var again = new GreenMail(new ServerSetup(port, null, ServerSetup.PROTOCOL_SMTP));
    again.start();
    try {
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                database
                    .owner()
                    .sql(
                        "update consuming.email set next_attempt_at = now() where state = 'PENDING' and last_error is not null and next_attempt_at < now() + interval '2 minutes'")
                    .update();
                return count("state = 'SENT'") == 60;
              });
      List<String> ids = new ArrayList<>();
      for (MimeMessage mail : again.getReceivedMessages()) {
        ids.add(mail.getMessageID());
      }
      assertThat(ids)
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(
              events.stream().map(e -> "<" + e.id() + "@reliable-outbox.example>").toList());
    } finally {
      again.stop();
    }
  }

  @Test
  void a_crash_between_sending_and_marking_repeats_the_same_message_id() throws Exception {
    // Sent, but the mark is refused, until the process ends.
    database
        .owner()
        .sql(
            """
            create function public.crash() returns trigger language plpgsql
            as $$ begin raise exception 'crash'; end $$
            """)
        .update();
    database
        .owner()
        .sql(
            """
            create trigger crash before update on consuming.email
            for each row when (new.state = 'SENT') execute function public.crash()
            """)
        .update();
    var created = publish(Message.of(UUID.randomUUID(), 1, "order.created"));
    assertThat(smtp.waitForIncomingEmail(20_000, 1)).isTrue();
    await().atMost(LIMIT).until(() -> count("state = 'PENDING' and attempts = 1") == 1);
    process.close();

    database.owner().sql("drop trigger crash on consuming.email").update();
    database.owner().sql("update consuming.email set next_attempt_at = now()").update();
    start();
    awaitSent(1);
    List<String> ids = new ArrayList<>();
    for (MimeMessage mail : smtp.getReceivedMessages()) {
      ids.add(mail.getMessageID());
    }
    assertThat(ids).hasSize(2);
    assertThat(ids).containsOnly("<" + created.id() + "@reliable-outbox.example>");
  }

  @Test
  void mails_that_a_lost_connection_kept_from_being_begun_are_due_at_once() throws Exception {
    int port = smtp.getSmtp().getPort();
    smtp.stop();
    try (var hangsUp = new OneMailAConnection(port)) {
      for (int i = 0; i < 30; i++) {
        publish(Message.of(UUID.randomUUID(), 1, "order.created"));
      }
      awaitSent(30);
      // The fault: connections ended with mails still to be sent.
      assertThat(hangsUp.connections()).isGreaterThanOrEqualTo(30);
      assertThat(count("attempts = 1 and last_error is null")).isEqualTo(30);
    }
  }

  @Test
  void outside_a_transaction_the_effect_refuses() {
    assertThatThrownBy(() -> process.bean(EmailEffect.class).apply(List.of()))
        .isInstanceOf(IllegalTransactionStateException.class);
  }

  private Message publish(Message message) throws Exception {
    publisher.publish(message);
    publisher.confirm();
    return message;
  }

  private MimeMessage mailAbout(Message event) throws Exception {
    for (MimeMessage mail : smtp.getReceivedMessages()) {
      if (mail.getMessageID().contains(event.id().toString())) {
        return mail;
      }
    }
    throw new AssertionError("no mail about " + event);
  }

  private void awaitSent(int number) {
    await().atMost(LIMIT).until(() -> count("state = 'SENT'") == number);
  }

  private long count(String condition) {
    return database
        .owner()
        .sql("select count(*) from consuming.email where " + condition)
        .query(Long.class)
        .single();
  }
}
