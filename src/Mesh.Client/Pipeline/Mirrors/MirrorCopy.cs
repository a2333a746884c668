namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>A copy of a request, still without its body, and where it goes.</summary>
internal sealed record MirrorCopy(OutboundMirror Mirror, HttpRequestMessage Request);
