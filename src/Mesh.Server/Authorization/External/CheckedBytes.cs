namespace Mesh.Server.Authorization.External;

/// <summary>The part of a body that an authorizer gets.</summary>
internal sealed record CheckedBytes(ReadOnlyMemory<byte> Bytes, bool IsPartial)
{
    public static CheckedBytes None { get; } = new(ReadOnlyMemory<byte>.Empty, IsPartial: false);
}
