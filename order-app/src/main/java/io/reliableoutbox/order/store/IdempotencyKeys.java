package io.reliableoutbox.order.store;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Remembers which order a client's key made, in the transaction that makes it. After a crash either
 * both are there or neither, so a client that got no answer can repeat its request.
 */
@Component
public class IdempotencyKeys {
  /** What an earlier request with this key asked for, and the order that it made. */
  public record Earlier(String requestHash, UUID orderId) {
    /** Whether that request asked for the same. */
    public boolean isSameRequest(String otherHash) {
      return requestHash.equals(otherHash);
    }
  }

  private final JdbcClient jdbc;

  public IdempotencyKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes the key, or says who did. Where another transaction has just inserted it and is still
   * open, waits for its end: committed, it is the earlier one; rolled back, the key is ours.
   */
  public Optional<Earlier> claim(String key, String requestHash, UUID orderId) {
    int inserted =
        jdbc.sql(
                """
                insert into ordering.idempotency_key (key, request_hash, order_id)
                values (:key, decode(:requestHash, 'hex'), :orderId)
                on conflict (key) do nothing
                """)
            .param("key", key)
            .param("requestHash", requestHash)
            .param("orderId", orderId)
            .update();
    return inserted == 1 ? Optional.empty() : Optional.of(earlier(key));
  }

  // A statement of its own: at READ COMMITTED it sees the row that the insert has waited for.
  private Earlier earlier(String key) {
    return jdbc.sql(
            """
            select encode(request_hash, 'hex') as request_hash, order_id
            from ordering.idempotency_key
            where key = :key
            """)
        .param("key", key)
        .query(
            (row, n) ->
                new Earlier(row.getString("request_hash"), row.getObject("order_id", UUID.class)))
        .single();
  }
}
