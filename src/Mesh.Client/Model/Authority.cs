namespace Mesh.Client.Model;

/// <summary>The logical address a caller writes: a host as it stands in the URI, and a port.</summary>
/// <remarks>Hosts compare without case. The xDS listener name of an authority is <see cref="ToString"/>.</remarks>
internal readonly record struct Authority(string Host, int Port)
{
    public bool Equals(Authority other) =>
        Port == other.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(Host), Port);

    public override string ToString() => $"{Host}:{Port}";
}
