/** Sockets for client libraries, which connect them themselves. */
@NullMarked
package io.reliableoutbox.relay.socket;

import org.jspecify.annotations.NullMarked;
