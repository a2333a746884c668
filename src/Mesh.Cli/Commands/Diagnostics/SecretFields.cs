using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands.Diagnostics;

/// <summary>Takes out of JSON what nobody but its owner may see, whatever the server has left in it.</summary>
internal static class SecretFields
{
    private const string Redacted = "[redacted]";
    private const string Mark = "PRIVATE KEY";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "privateKey", "password", "pkcs12", "genericSecret", "sessionTicketKeys", "tokenSecret", "hmacSecret", "token", "authorization", "cookie", "set-cookie", "stringData",
    };

    public static void Redact(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                var isSecret = fields["kind"]?.ToString() == "Secret";
                foreach (var (name, value) in fields.ToArray())
                {
                    if (Names.Contains(name) || (isSecret && name == "data") || (value is JsonValue text && text.ToString().Contains(Mark, StringComparison.Ordinal)))
                    {
                        fields[name] = Redacted;
                    }
                    else
                    {
                        Redact(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Redact(item);
                }

                break;
        }
    }
}
