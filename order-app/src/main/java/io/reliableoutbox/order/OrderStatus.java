package io.reliableoutbox.order;

/**
 * Where an order is in its life: {@code CREATED -> PAID -> SHIPPED}, or {@code CANCELLED} from
 * either of the first two.
 */
public enum OrderStatus {
  CREATED,
  PAID,
  SHIPPED,
  CANCELLED
}
