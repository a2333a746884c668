using Mesh.ControlPlane.Hosting.Listening;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The control plane as a process of its own: prints where it is, runs until it is told to stop, and turns failures into one line.</summary>
internal sealed class StandaloneControlPlane(TextReader input, TextWriter output, TextWriter error)
{
    public async Task<int> RunAsync(CommandLineSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            using var host = Build(settings);
            await host.StartAsync(cancellationToken);
            var addresses = host.Services.GetRequiredService<MeshControlPlaneAddresses>();
            var local = host.Services.GetRequiredService<HostedControlPlane>().State!.Security.Local;
            local.Publish(addresses.SecureAddress, addresses.HttpAddress);
            var options = host.Services.GetRequiredService<IOptions<MeshControlPlaneOptions>>().Value;
            await PrintAsync(addresses, ListenPlan.AuthenticationOf(options), settings.Json);
            if (settings.ExitWithParent)
            {
                _ = StopAtEndOfInputAsync(host.Services.GetRequiredService<IHostApplicationLifetime>());
            }

            await StopWithAsync(host, local.Withdraw, cancellationToken);
            return CommandLine.Success;
        }
        catch (Exception exception) when (exception is IOException or FormatException or OptionsValidationException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"mesh-control-plane: {Describe(exception)}");
            return CommandLine.Failure;
        }
    }

    /// <summary>While the state folder is still held: after that, another control plane may have written its own addresses there.</summary>
    private static async Task StopWithAsync(IHost host, Action stopping, CancellationToken cancellationToken)
    {
        using var registration = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping);
        await host.WaitForShutdownAsync(cancellationToken);
    }

    private static IHost Build(CommandLineSettings settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);

        // Data goes to stdout, words to stderr.
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.AddMeshControlPlane(options =>
        {
            options.Postgres.Connection ??= builder.Configuration["MESH_CONNECTION"];
            settings.ApplyTo(options);
        });
        builder.Services.PostConfigure<MeshControlPlaneOptions>(DefaultStateFolder.ApplyTo);
        return builder.Build();
    }

    private static string Describe(Exception exception) => exception switch
    {
        ListenException { Option: nameof(MeshControlPlaneOptions.XdsPort) } => exception.Message.Replace("XdsPort", "--xds-port", StringComparison.Ordinal),
        ListenException { Option: nameof(MeshControlPlaneOptions.SecurePort) } => exception.Message.Replace("SecurePort", "--secure-port", StringComparison.Ordinal),
        ListenException { Option: nameof(MeshControlPlaneOptions.HttpPort) } => exception.Message.Replace("HttpPort", "--http-port", StringComparison.Ordinal),
        OptionsValidationException validation => string.Join(' ', validation.Failures),
        _ => exception.Message,
    };

    private async Task PrintAsync(MeshControlPlaneAddresses addresses, ApiAuthentication authentication, bool json)
    {
        var xds = addresses.Plaintext?.GetLeftPart(UriPartial.Authority);
        var secure = addresses.SecureAddress.GetLeftPart(UriPartial.Authority);
        var http = addresses.HttpAddress.GetLeftPart(UriPartial.Authority);
        await output.WriteLineAsync(json
            ? new JsonObject
            {
                ["xds"] = xds,
                ["secureAddress"] = secure,
                ["http"] = http,
                ["authentication"] = authentication.ToString(),
                ["pid"] = Environment.ProcessId,
            }.ToJsonString()
            : $"xds    {xds ?? "off"}{Environment.NewLine}secure {secure}{Environment.NewLine}http   {http} ({authentication})");
        await output.FlushAsync(CancellationToken.None);
    }

    private async Task StopAtEndOfInputAsync(IHostApplicationLifetime lifetime)
    {
        var buffer = new char[256];
        while (await input.ReadAsync(buffer, lifetime.ApplicationStopping) > 0)
        {
        }

        lifetime.StopApplication();
    }
}
