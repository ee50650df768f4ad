package io.reliableoutbox.lab.proxy;

/** Which way bytes flow through a proxy, seen from the program that opened the connection. */
public enum Direction {
  TO_SERVER,
  TO_CLIENT
}
