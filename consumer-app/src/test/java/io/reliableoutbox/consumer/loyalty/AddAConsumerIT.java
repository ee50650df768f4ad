package io.reliableoutbox.consumer.loyalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.consumer.ConsumerDatabase;
import io.reliableoutbox.consumer.ConsumerProcess;
import io.reliableoutbox.consumer.Publisher;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Follows docs/add-a-consumer.md to the letter. */
class AddAConsumerIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path DOCUMENT = Path.of("../docs/add-a-consumer.md");
  private static final Path CLASS =
      Path.of("src/test/java/io/reliableoutbox/consumer/loyalty/LoyaltyEffect.java");

  @Test
  void the_class_and_the_line_of_the_walk_through_are_a_consumer() throws Exception {
    assertThat(block("java")).isEqualTo(Files.readString(CLASS));
    String uri = TestInfrastructure.broker().freshVirtualHost();
    var database = new ConsumerDatabase();
    for (String statement : block("sql").split(";\\s*", -1)) {
      database.owner().sql(statement).update();
    }
    String setting = block("properties").strip();
    assertThat(setting).startsWith("consumer.enabled=");
    try (var publisher = new Publisher(uri);
        var process = ConsumerProcess.start(database, uri, List.of("--" + setting))) {
      await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
      publishShuffledAndTwice(publisher, 40);
      await().atMost(LIMIT).until(() -> database.states("loyalty").equals(Map.of("APPLIED", 120L)));
    }
    assertThat(
            database
                .owner()
                .sql("select customer_id, points from consuming.loyalty")
                .query()
                .singleRow())
        .isEqualTo(Map.of("customer_id", "customer-42", "points", 40L));
    assertThat(database.outOfOrder("loyalty")).isEmpty();
    assertThat(database.states("email")).containsEntry("APPLIED", 120L);
    database.close();
  }

  private static void publishShuffledAndTwice(Publisher publisher, int orders) throws Exception {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      var order = UUID.randomUUID();
      messages.add(Message.of(order, 1, "order.created"));
      messages.add(Message.of(order, 2, "order.paid"));
      messages.add(Message.of(order, 3, "order.shipped"));
    }
    messages.addAll(List.copyOf(messages));
    Collections.shuffle(messages, new Random(5));
    for (Message message : messages) {
      publisher.publish(message);
    }
    publisher.confirm();
  }

  /** The first block of that language. */
  private static String block(String language) throws Exception {
    var matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT));
    assertThat(matcher.find()).as(language).isTrue();
    return matcher.group(1);
  }
}
