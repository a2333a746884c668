namespace Mesh.Client.Model;

/// <summary>HTTP/2 keep-alive: a connection whose PING is not answered in time is dead.</summary>
/// <param name="Interval">Between pings.</param>
/// <param name="Timeout">For the answer.</param>
internal sealed record PingPolicy(TimeSpan Interval, TimeSpan Timeout);
