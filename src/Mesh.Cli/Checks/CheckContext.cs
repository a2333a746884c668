using System.Text.Json.Nodes;

namespace Mesh.Cli.Checks;

/// <summary>What checks ask, each thing once.</summary>
/// <param name="ask">Asks the API; throws <see cref="CommandException"/> with what is wrong.</param>
/// <param name="askText">The same for answers that are no JSON.</param>
internal sealed class CheckContext(
    Func<string, CancellationToken, Task<JsonObject>> ask, Func<string, CancellationToken, Task<string>> askText)
{
    private readonly Dictionary<string, JsonObject> _answers = new(StringComparer.Ordinal);

    /// <summary>The control plane.</summary>
    public required Uri Server { get; init; }

    /// <summary>Whether a token is sent along.</summary>
    public required bool HasToken { get; init; }

    /// <summary>The version of this program.</summary>
    public required string OwnVersion { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>How far our clock was ahead of the control plane's when that was last asked.</summary>
    public TimeSpan ClockSkew { get; private set; }

    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue(path, out var known))
        {
            return known;
        }

        var before = Time.GetUtcNow();
        var answer = await ask(path, cancellationToken);
        if (answer["now"]?.ToString() is { } now && DateTimeOffset.TryParse(now, System.Globalization.CultureInfo.InvariantCulture, out var theirs))
        {
            // It was written somewhere between our asking and our reading: the middle is at most half of that off.
            ClockSkew = before + ((Time.GetUtcNow() - before) / 2) - theirs;
        }

        return _answers[path] = answer;
    }

    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken) => askText(path, cancellationToken);

    /// <summary>The items of a list.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken) =>
        [.. ((await GetAsync(path, cancellationToken))["items"] as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>Asks everything anew from now on.</summary>
    public void Forget() => _answers.Clear();
}
