namespace Mesh.Cli.Connection;

/// <summary>A request to the API whose answer is looked at by the caller, whatever it says.</summary>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>Null for none.</summary>
    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";
}
