/**
 * Publishing to RabbitMQ: one connection and one channel in confirm mode, that live and die
 * together. The only package that sees the client library.
 */
@NullMarked
package io.reliableoutbox.relay.rabbit;

import org.jspecify.annotations.NullMarked;
