namespace Mesh.Client.Model;

/// <summary>A connection that is taken.</summary>
/// <param name="Host">Empty: where callers reach the process.</param>
/// <param name="Port">Its port.</param>
internal sealed record TcpReadinessCheck(string Host, int Port) : ReadinessCheck;
