/** Sockets that the two client libraries are given. */
@NullMarked
package io.reliableoutbox.relay.socket;

import org.jspecify.annotations.NullMarked;
