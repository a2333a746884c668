using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Apis;

/// <summary><c>meshctl api-key</c>: makes a key and its hash for an ApiConsumer; nobody is asked, and nothing is kept.</summary>
internal static class ApiKeyCommand
{
    private const int RandomBytes = 32;

    // Programs that look for secrets in what is published find it by this.
    private const string Prefix = "mk_";

    public static Command Create(CommandRunner run)
    {
        var consumer = new Option<string?>("--consumer") { Description = "Prints the ApiConsumer with the hash too, ready for apply.", HelpName = "NAME" };
        return run.Local("api-key", "Makes a key for the consumer of an API, and the hash that goes into the resource: the key is shown once.", [consumer], async (parsed, _, _) =>
        {
            var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
            var made = new JsonObject { ["key"] = key, ["sha256"] = hash };
            run.Printer(parsed).One(made, [Column.Of("key", "key"), Column.Of("sha256", "sha256")], item => JsonText.Of(item, "sha256"));
            if (parsed.GetValue(consumer) is { } name && run.Printer(parsed).IsForPeople)
            {
                await run.Terminal.Out.WriteLineAsync($$"""
                    ---
                    apiVersion: mesh.dev/v1
                    kind: ApiConsumer
                    metadata: {name: {{name}}}
                    spec:
                      keys: [{name: key-1, sha256: {{hash}}}]
                    """);
            }

            return ExitCode.Fine;
        });
    }
}
