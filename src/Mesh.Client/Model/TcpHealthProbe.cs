namespace Mesh.Client.Model;

/// <summary>Opens a connection; that it opens is enough, unless something is to be sent or received.</summary>
/// <param name="Send">Bytes to send, in hexadecimal; empty sends none.</param>
/// <param name="Receive">Blocks of bytes, in hexadecimal, that must come in this order, with anything between them.</param>
internal sealed record TcpHealthProbe(string Send, ValueList<string> Receive) : HealthProbe;
