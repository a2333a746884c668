namespace Mesh.Client.Model;

/// <summary>An IP address or host name, and a port.</summary>
internal readonly record struct EndpointAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
