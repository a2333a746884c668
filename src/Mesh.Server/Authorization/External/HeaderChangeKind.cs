namespace Mesh.Server.Authorization.External;

/// <summary>What a <see cref="HeaderChange"/> does when the header is there already.</summary>
internal enum HeaderChangeKind
{
    Replace,
    Append,

    /// <summary>Nothing.</summary>
    AddIfAbsent,

    /// <summary>Replaces; without one that is there, nothing.</summary>
    ReplaceIfPresent,
}
