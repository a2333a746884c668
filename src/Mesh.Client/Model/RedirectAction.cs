namespace Mesh.Client.Model;

/// <summary>Answers with a redirect; what is null stays as it is in the request.</summary>
internal sealed record RedirectAction : RouteAction
{
    public required int StatusCode { get; init; }

    public string? Scheme { get; init; }

    public string? Host { get; init; }

    public uint? Port { get; init; }

    /// <summary>Replaces the whole path; a query of its own takes the place of the request's.</summary>
    public string? Path { get; init; }

    /// <summary>Replaces a part of the path; not together with <see cref="Path"/>.</summary>
    public PathRewrite? Rewrite { get; init; }

    public bool StripQuery { get; init; }
}
