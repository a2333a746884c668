using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Server.Authorization.Explanation;

namespace Mesh.Cli.Commands.Requests;

/// <summary>The options that describe a request which is only thought of.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string?> _from = New("--from", "PRINCIPAL", "The caller: spiffe://…, TRUST-DOMAIN/ns/…/sa/…, or NAMESPACE/ACCOUNT in the workload's trust domain. Default: a caller without identity.");
    private readonly Option<int?> _port = new("--port") { Description = "The port that it arrives at. Default: the workload's only one, or its first.", HelpName = "PORT" };
    private readonly Option<string?> _method = New("--method", "METHOD", "Default: GET.");
    private readonly Option<string?> _path = New("--path", "PATH", "As it would be sent, without the query. Default: /.");
    private readonly Option<string?> _host = New("--host", "HOST", "Its authority.");
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header; may be given several times.", HelpName = "NAME: VALUE" };
    private readonly Option<string?> _claims = New("--claims", "JSON", "The claims of a verified token.");
    private readonly Option<string?> _source = New("--source-ip", "IP", "The caller's address.");
    private readonly Option<string?> _template = New("--route", "TEMPLATE", "The route template of the endpoint.");

    public IEnumerable<Symbol> All => [_from, _port, _method, _path, _host, _headers, _claims, _source, _template];

    /// <summary>The listener of the port that was named, or the first.</summary>
    public JsonObject Choose(ParseResult arguments, JsonArray listeners)
    {
        var port = arguments.GetValue(_port)?.ToString(CultureInfo.InvariantCulture);
        return listeners.OfType<JsonObject>().FirstOrDefault(listener => port is null || JsonText.Of(listener, "port") == port)
            ?? throw new CommandException(
                $"The workload has no listener on port {port ?? "any"}; it has: {string.Join(", ", listeners.Select(listener => JsonText.Of(listener, "port")))}.", ExitCode.Usage);
    }

    public AuthorizationQuestion Question(ParseResult arguments, JsonObject listener) => new()
    {
        Principal = Principal(arguments.GetValue(_from), listener),
        Method = arguments.GetValue(_method) ?? "GET",
        Path = arguments.GetValue(_path) ?? "/",
        Host = arguments.GetValue(_host) ?? "",
        Headers = [.. (arguments.GetValue(_headers) ?? []).Select(Header)],
        Port = int.Parse(JsonText.Of(listener, "port"), CultureInfo.InvariantCulture),
        Claims = Claims(arguments.GetValue(_claims)),
        Source = arguments.GetValue(_source),
        RouteTemplate = arguments.GetValue(_template),
    };

    /// <summary>An account in short is of the workload's own trust domain.</summary>
    internal static string? Principal(string? text, JsonObject listener) =>
        text?.Split('/') is [{ Length: > 0 } ns, { Length: > 0 } account] ? $"{JsonText.Of(listener, "trustDomain")}/ns/{ns}/sa/{account}" : text;

    internal static KeyValuePair<string, string> Header(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? new KeyValuePair<string, string>(text[..colon].Trim(), text[(colon + 1)..].Trim())
            : throw new CommandException($"--header: expected NAME: VALUE, got '{text}'.", ExitCode.Usage);
    }

    internal static JsonElement? Claims(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException exception)
        {
            throw new CommandException($"--claims: expected a JSON object: {exception.Message}", ExitCode.Usage, exception);
        }
    }

    private static Option<string?> New(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };
}
