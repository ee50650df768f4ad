/** TCP proxies that break what flows through them. */
@NullMarked
package io.reliableoutbox.lab.proxy;

import org.jspecify.annotations.NullMarked;
