namespace Mesh.Client.Model;

/// <summary>TCP keep-alive probes of idle connections; null leaves the operating system's setting.</summary>
/// <param name="Probes">Unanswered ones after which the connection is dead.</param>
/// <param name="Time">Without traffic before the first.</param>
/// <param name="Interval">Between two.</param>
internal sealed record TcpKeepalive(uint? Probes, TimeSpan? Time, TimeSpan? Interval);
