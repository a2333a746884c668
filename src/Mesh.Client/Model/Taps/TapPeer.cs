namespace Mesh.Client.Model.Taps;

/// <summary>The other side of a request, as far as it is known; what is not is empty.</summary>
internal sealed record TapPeer
{
    public string Namespace { get; init; } = "";

    public string Service { get; init; } = "";

    public string Version { get; init; } = "";

    public string Workload { get; init; } = "";

    /// <summary>As its certificate proves it.</summary>
    public string Identity { get; init; } = "";

    public string Address { get; init; } = "";

    /// <summary>Whether people mean it by a name: its service, its workload or the deployment of that, each also with <c>.NAMESPACE</c>.</summary>
    public bool IsNamed(string name) => Is(name, Service) || Is(name, Workload) || (Workload.LastIndexOf('-') is > 0 and var tail && Is(name, Workload[..tail]));

    private bool Is(string asked, string name) =>
        name.Length > 0 && asked.StartsWith(name, StringComparison.Ordinal) && (asked.Length == name.Length || asked.AsSpan(name.Length).SequenceEqual($".{Namespace}"));
}
