using System.CommandLine;
using System.Text.Json;

namespace Mesh.Cli.Commands.Requests;

/// <summary>The options of <c>meshctl explain</c>, and the request that they describe.</summary>
internal sealed class ExplainOptions
{
    private readonly Option<string> _from = new("--from") { Description = "The calling client: its id, workload or service, also as NAME.NAMESPACE.", HelpName = "CLIENT", Required = true };
    private readonly Option<string> _to = new("--to") { Description = "The address as the client would write it, such as http://reviews:9080/api.", HelpName = "URL", Required = true };
    private readonly Option<string> _method = new("--method", "-X") { Description = "Default: GET.", HelpName = "METHOD", DefaultValueFactory = _ => "GET" };
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header; may be given several times.", HelpName = "NAME: VALUE" };
    private readonly Option<string?> _as = new("--as") { Description = "The identity that the receiver sees: spiffe://…, or NAMESPACE/ACCOUNT in the receiver's trust domain. Default: the client's own.", HelpName = "PRINCIPAL" };
    private readonly Option<string?> _claims = new("--claims") { Description = "The claims of a verified token that the request is made for, as a JSON object.", HelpName = "JSON" };
    private readonly Option<string?> _namespace = CommonOptions.Namespace("Namespace of the client. Default: any.");

    public IEnumerable<Symbol> All => [_from, _to, _method, _headers, _as, _claims, _namespace];

    public string From(ParseResult arguments) => arguments.GetValue(_from)!;

    public string? Namespace(ParseResult arguments) => arguments.GetValue(_namespace);

    /// <summary>Null when nobody said.</summary>
    public string? Principal(ParseResult arguments) => arguments.GetValue(_as);

    public JsonElement? Claims(ParseResult arguments) => RequestOptions.Claims(arguments.GetValue(_claims));

    public KeyValuePair<string, string>[] Headers(ParseResult arguments) => [.. (arguments.GetValue(_headers) ?? []).Select(RequestOptions.Header)];

    public HttpRequestMessage Request(ParseResult arguments)
    {
        var text = arguments.GetValue(_to)!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            throw new CommandException($"--to: expected an address such as http://reviews:9080/api, got '{text}'.", ExitCode.Usage);
        }

        HttpRequestMessage request;
        try
        {
            request = new HttpRequestMessage(HttpMethod.Parse(arguments.GetValue(_method)!), address);
        }
        catch (FormatException exception)
        {
            throw new CommandException($"--method: expected a word such as GET, got '{arguments.GetValue(_method)}'.", ExitCode.Usage, exception);
        }

        foreach (var (name, value) in Headers(arguments))
        {
            if (name.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Host = value;
            }
            else if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                // .NET keeps headers of the body apart.
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
