using System.CommandLine;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli.Commands.Checks;
using Mesh.Cli.Commands.Clients;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Diagnostics;

/// <summary><c>meshctl diagnostics bundle</c>: what somebody needs who is to help, in one archive and without secrets.</summary>
internal static class DiagnosticsCommand
{
    /// <summary>Of so many clients all resources are in it.</summary>
    private const int WholeClients = 20;

    public static Command Create(CommandRunner run) => new("diagnostics", "For those who are asked to help.") { Bundle(run) };

    private static Command Bundle(CommandRunner run)
    {
        var file = new Option<FileInfo?>("--out") { Description = "The archive. Default: meshctl-diagnostics.zip here; one that is there is not overwritten.", HelpName = "FILE" };
        return run.Asking("bundle", "Writes versions, status, checks, clients with their resources, edges and configuration to a zip file; what is secret is left out.", [file], async (call, cancellationToken) =>
        {
            var path = (call.Arguments.GetValue(file) ?? new FileInfo("meshctl-diagnostics.zip")).FullName;
            try
            {
                await using var stream = new FileStream(path, Options());
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
                await FillAsync(call, archive, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"{path} cannot be written: {exception.Message} Name another file with --out.", innerException: exception);
            }

            await call.Terminal.Out.WriteLineAsync(path);
            return ExitCode.Fine;
        });
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static async Task FillAsync(Call call, ZipArchive archive, CancellationToken cancellationToken)
    {
        await AddAsync(call, archive, "versions.json", async () =>
        {
            var server = await call.Api.GetAsync("/version", cancellationToken);
            return new JsonObject { ["meshctl"] = VersionCommand.Own(), ["runtime"] = Environment.Version.ToString(), ["system"] = Environment.OSVersion.ToString(), ["controlPlane"] = server };
        });
        await AddAsync(call, archive, "status.json", () => MeshOverview.ReadAsync(call, cancellationToken));
        await AddAsync(call, archive, "checks.json", () => CheckCommand.DescribeAsync(call, cancellationToken));
        foreach (var (name, from) in new[]
        {
            ("clients.json", "/api/v1/clients"), ("edges.json", "/api/v1/edges"), ("findings.json", "/api/v1/findings"),
            ("authority.json", "/api/v1/ca"), ("configuration.json", "/debug/configz"), ("registry.json", "/debug/registryz"),
        })
        {
            await AddAsync(call, archive, name, () => call.Api.GetAsync(from, cancellationToken));
        }

        var clients = (await call.Api.GetAsync("/api/v1/clients", cancellationToken))["items"]!.AsArray().OfType<JsonObject>();
        foreach (var client in clients.Take(WholeClients))
        {
            var stream = JsonText.Of(client, "stream");
            await AddAsync(call, archive, $"clients/{stream}.json", () => call.Api.GetAsync($"/api/v1/clients/{stream}/resources", cancellationToken));
        }
    }

    /// <summary>What cannot be had is named in the archive: that too tells something.</summary>
    private static async Task AddAsync(Call call, ZipArchive archive, string name, Func<Task<JsonObject>> ask)
    {
        await call.Terminal.Error.WriteLineAsync($"  {name}");
        JsonObject content;
        try
        {
            content = await ask();
            SecretFields.Redact(content);
        }
        catch (CommandException exception)
        {
            content = new JsonObject { ["error"] = exception.Message };
        }

        await using var stream = await archive.CreateEntry(name, CompressionLevel.Optimal).OpenAsync();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(content.ToString()));
    }
}
