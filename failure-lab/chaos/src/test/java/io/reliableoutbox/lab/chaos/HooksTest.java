package io.reliableoutbox.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.bytebuddy.description.type.TypeDescription;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each decorator finds its method in the classes as they are now: a rename must not disarm one. */
class HooksTest {
  private static final List<String> DECORATED =
      List.of(
          "com.rabbitmq.client.impl.ChannelN",
          "io.reliableoutbox.relay.outbox.Marks",
          "io.reliableoutbox.relay.rabbit.ConfirmChannel",
          "io.reliableoutbox.relay.loop.LeaseKeeper",
          "io.reliableoutbox.consumer.inbox.Failure",
          "io.reliableoutbox.consumer.inbox.Inbox",
          "io.reliableoutbox.consumer.inbox.Receiver",
          "io.reliableoutbox.consumer.rabbit.AmqpMessages",
          "io.reliableoutbox.consumer.email.EmailEffect",
          "io.reliableoutbox.consumer.inventory.InventoryEffect",
          "io.reliableoutbox.consumer.analytics.AnalyticsEffect",
          "io.reliableoutbox.consumer.email.MailQueue",
          "org.springframework.jdbc.datasource.DataSourceTransactionManager");

  static Stream<Map<String, String>> everything() {
    Stream<Map<String, String>> crashes =
        Stream.of(CrashPoint.values()).map(point -> Map.of(Settings.CRASH, point.text() + ":1"));
    Stream<Map<String, String>> mutants =
        Stream.of(Mutant.values()).map(mutant -> Map.of(Settings.MUTANT, mutant.text()));
    return Stream.concat(
        Stream.concat(crashes, mutants), Stream.of(Map.of(Settings.TRANSIENT, "5:1")));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void each_decorator_finds_its_one_method(Map<String, String> environment) throws Exception {
    List<Hook> hooks = Hooks.of(Settings.of(new HashMap<>(environment)));
    assertThat(hooks).isNotEmpty();
    for (Hook hook : hooks) {
      int types = 0;
      for (String name : DECORATED) {
        var type = TypeDescription.ForLoadedType.of(Class.forName(name, false, loader()));
        if (hook.type().matches(type)) {
          types++;
          assertThat(type.getDeclaredMethods().filter(hook.method())).hasSize(1);
        }
      }
      assertThat(types).as(hook.name()).isEqualTo(hook.type() == Hook.EFFECTS ? 3 : 1);
    }
  }

  private static ClassLoader loader() {
    return HooksTest.class.getClassLoader();
  }
}
