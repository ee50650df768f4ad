package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.Server;
import org.jspecify.annotations.Nullable;

/** The database or the broker as a component. */
record ServerComponent(String name, Server server, Runnable started, Console console)
    implements Component {
  @Override
  public String state() {
    return server.running() ? "up" : "down";
  }

  @Override
  public long pid() {
    return server.pid();
  }

  @Override
  public @Nullable String url() {
    return server.address().toString();
  }

  @Override
  public boolean controllable() {
    return true;
  }

  @Override
  public void kill() {
    server.kill();
    console.say(name + " killed (-9)");
  }

  @Override
  public void stop() {
    server.stop();
    console.say(name + " stopped");
  }

  @Override
  public void start() {
    server.start();
    started.run();
    console.say(name + " started, pid " + server.pid());
  }

  @Override
  public void freeze() {
    server.pause();
    console.say(name + " frozen");
  }

  @Override
  public void thaw() {
    server.resume();
    console.say(name + " goes on");
  }
}
