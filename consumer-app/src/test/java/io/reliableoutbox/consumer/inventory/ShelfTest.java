package io.reliableoutbox.consumer.inventory;

import static io.reliableoutbox.consumer.order.OrderEvent.Change.CANCELLED;
import static io.reliableoutbox.consumer.order.OrderEvent.Change.CREATED;
import static io.reliableoutbox.consumer.order.OrderEvent.Change.PAID;
import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.consumer.inbox.Outcome;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShelfTest {
  @Test
  void an_order_is_reserved_as_a_whole_or_not_at_all() {
    var shelf = new Shelf(Map.of("A", 5L, "B", 1L), Map.of());
    assertThat(shelf.apply(new StockChange(CREATED, "1", Map.of("A", 2L, "B", 2L))))
        .isEqualTo(Shelf.OUT_OF_STOCK);
    assertThat(shelf.available()).containsExactlyInAnyOrderEntriesOf(Map.of("A", 5L, "B", 1L));
    assertThat(shelf.apply(new StockChange(CREATED, "2", Map.of("A", 2L, "B", 1L))))
        .isEqualTo(Shelf.RESERVED);
    assertThat(shelf.available()).containsExactlyInAnyOrderEntriesOf(Map.of("A", 3L, "B", 0L));
  }

  @Test
  void an_article_that_nobody_stocks_is_an_outcome() {
    var shelf = new Shelf(Map.of("A", 5L), Map.of());
    assertThat(shelf.apply(new StockChange(CREATED, "1", Map.of("A", 1L, "X", 1L))))
        .isEqualTo(Shelf.UNKNOWN_SKU);
    assertThat(shelf.available()).containsEntry("A", 5L);
  }

  @Test
  void cancelling_gives_back_what_was_reserved_and_paying_does_nothing() {
    var shelf = new Shelf(Map.of("A", 5L), Map.of("1", Map.of("A", 2L)));
    assertThat(shelf.apply(new StockChange(PAID, "1", Map.of("A", 2L))))
        .isEqualTo(Outcome.NOTHING_TO_DO);
    assertThat(shelf.apply(new StockChange(CANCELLED, "1", Map.of("A", 2L))))
        .isEqualTo(Shelf.RELEASED);
    assertThat(shelf.apply(new StockChange(CANCELLED, "2", Map.of("A", 2L))))
        .isEqualTo(Shelf.NOTHING_RESERVED);
    assertThat(shelf.available()).containsEntry("A", 7L);
    assertThat(shelf.reserved()).isEmpty();
  }

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nothing_goes_below_zero_and_nothing_gets_lost(int seed) {
    var random = new Random(seed);
    var shelf = new Shelf(Map.of("A", 10L, "B", 10L), Map.of());
    for (int i = 0; i < 100; i++) {
      var change = random.nextInt(3) == 0 ? CANCELLED : CREATED;
      // Each order is created once and cancelled at most once, as its history has it.
      String order = change == CREATED ? "o" + i : "o" + random.nextInt(i + 1);
      shelf.apply(
          new StockChange(
              change, order, Map.of("A", 1L + random.nextInt(4), "B", 1L + random.nextInt(4))));
      assertThat(shelf.available().values()).allMatch(available -> available >= 0);
      for (String sku : new String[] {"A", "B"}) {
        long reserved = shelf.reserved().values().stream().mapToLong(q -> q.get(sku)).sum();
        assertThat(shelf.available().get(sku) + reserved).isEqualTo(10);
      }
    }
  }
}
