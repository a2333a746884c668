namespace Mesh.Client.Xds.Resources;

/// <summary>An accepted resource as it came over the wire, to be kept for a time without a server.</summary>
internal sealed record HeldResource(string TypeUrl, string Name, string Version, ReadOnlyMemory<byte> Bytes);
