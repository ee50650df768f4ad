package io.reliableoutbox.consumer.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** A database that is killed between the sending of a mail and its mark, and comes back. */
class MailOutageIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  // As if the outage were longer than any claim.
  private static final Duration CLAIM = Duration.ofSeconds(1);
  private final GreenMail smtp = new GreenMail(ServerSetup.SMTP.dynamicPort());
  private DatabaseServer server;
  private ConsumerDatabase database;
  private HikariDataSource onePool;
  private HikariDataSource otherPool;

  @BeforeEach
  void start() {
    smtp.start();
    server = Infrastructure.database(TestInfrastructure.choice(), Options.forTests());
    database = ConsumerDatabase.on(server);
    onePool = pool();
    otherPool = pool();
  }

  @AfterEach
  void stop() {
    onePool.close();
    otherPool.close();
    server.close();
    smtp.stop();
  }

  @Test
  void what_was_sent_is_marked_when_the_database_is_back_and_sent_again_by_nobody() {
    MailSending one = sending(onePool);
    MailSending other = sending(otherPool);
    recordMail();
    makeMarksSleep();
    var running = CompletableFuture.runAsync(one::sendDue);
    // The fault: the mail is out, its mark is on the way, and the database goes.
    await().atMost(LIMIT).until(() -> database.backends("wait_event = 'PgSleep'") == 1);
    server.kill();
    assertThat(smtp.getReceivedMessages()).hasSize(1);
    await().atMost(LIMIT).until(running::isCompletedExceptionally);
    assertThatThrownBy(other::sendDue).isInstanceOf(DataAccessException.class);

    server.start();
    await().atMost(LIMIT).ignoreExceptions().until(() -> count("next_attempt_at < now()") == 1);
    database.owner().sql("drop trigger sleep on consuming.email").update();
    // The one that did not send it comes first, then the one that did.
    await().atMost(LIMIT).ignoreExceptions().until(() -> !other.sendDue());
    await().atMost(LIMIT).ignoreExceptions().until(() -> !one.sendDue());
    assertThat(count("state = 'SENT'")).isEqualTo(1);
    recordMail();
    await().atMost(LIMIT).until(() -> !other.sendDue() && count("state = 'SENT'") == 2);
    assertThat(smtp.getReceivedMessages()).hasSize(2);
  }

  private HikariDataSource pool() {
    HikariDataSource pool = database.consumerPool();
    pool.setConnectionTimeout(1000);
    return pool;
  }

  private MailSending sending(HikariDataSource pool) {
    var sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(smtp.getSmtp().getPort());
    return new MailSending(
        new MailQueue(JdbcClient.create(pool)), sender, "orders@reliable-outbox.example", CLAIM);
  }

  private void recordMail() {
    database
        .owner()
        .sql(
            """
            insert into consuming.email (message_id, smtp_message_id, recipient, subject, body)
            select id, '<' || id || '@test>', 'customer@customers.example', 'Order', 'It is here.'
            from gen_random_uuid() id
            """)
        .update();
  }

  private void makeMarksSleep() {
    database
        .owner()
        .sql(
            """
            create function public.sleep() returns trigger language plpgsql
            as $$ begin perform pg_sleep(20); return new; end $$
            """)
        .update();
    database
        .owner()
        .sql(
            """
            create trigger sleep before update on consuming.email
            for each row when (new.state = 'SENT') execute function public.sleep()
            """)
        .update();
  }

  private long count(String condition) {
    return database
        .owner()
        .sql("select count(*) from consuming.email where " + condition)
        .query(Long.class)
        .single();
  }
}
