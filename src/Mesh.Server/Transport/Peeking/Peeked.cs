namespace Mesh.Server.Transport.Peeking;

/// <summary>What was seen of a connection before anybody read from it.</summary>
/// <param name="Bytes">Their kind.</param>
/// <param name="Hello">Of TLS.</param>
internal readonly record struct Peeked(FirstBytes Bytes, ClientHello Hello);
