/**
 * RabbitMQ, and the only package that knows it: one connection, a channel and a queue a consumer,
 * put back whenever something is missing.
 */
@NullMarked
package io.reliableoutbox.consumer.rabbit;

import org.jspecify.annotations.NullMarked;
