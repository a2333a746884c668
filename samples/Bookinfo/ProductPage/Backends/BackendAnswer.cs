using System.Text.Json.Nodes;

namespace Bookinfo.ProductPage.Backends;

/// <summary>What a backend said, or the text that stands for its silence.</summary>
/// <param name="Status">200, the backend's own status, or 500 when there was no answer.</param>
/// <param name="Body">The backend's JSON, or an object with the member <c>error</c>.</param>
internal sealed record BackendAnswer(int Status, JsonNode? Body)
{
    public bool IsOk => Status == StatusCodes.Status200OK;

    /// <summary>A member as text; empty when it is missing.</summary>
    public string Text(string member) => (Body as JsonObject)?[member]?.ToString() ?? "";
}
