using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Connection;

/// <summary>What the API answered.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Text">The body.</param>
/// <param name="Warnings">What it wants people to know (RFC 9111's header <c>Warning</c>, as Kubernetes uses it).</param>
internal sealed record ApiAnswer(HttpStatusCode Status, string Text, IReadOnlyList<string> Warnings)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The message of a Kubernetes <c>Status</c>, with the reasons that it lists when it does not say them itself.</summary>
    public string Problem
    {
        get
        {
            if (TryParse() is not { } status || status["message"]?.ToString() is not { Length: > 0 } message)
            {
                return $"The control plane answered {(int)Status}.";
            }

            var causes = (status["details"]?["causes"] as JsonArray ?? []).OfType<JsonObject>()
                .Select(cause => $"{cause["field"]}: {cause["message"]}".TrimStart(':', ' '))
                .Where(cause => !message.Contains(cause.Split(": ")[^1], StringComparison.Ordinal));
            return string.Join("\n  ", causes.Prepend(message));
        }
    }

    /// <summary>The object in a good answer; a bad one ends the command.</summary>
    public JsonObject Require() => !IsSuccess ? throw new CommandException(Problem)
        : TryParse() ?? throw new CommandException("The control plane answered with something that is no JSON object.");

    private JsonObject? TryParse()
    {
        try
        {
            return JsonNode.Parse(Text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
