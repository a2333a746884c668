using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl get</c>: objects, in the table that the server makes or as they are.</summary>
internal static class GetCommand
{
    public static Command Create(CommandRunner run)
    {
        var names = new ObjectNames(run);
        var all = CommonOptions.AllNamespaces();
        var selector = CommonOptions.Selector();
        var fields = new Option<string?>("--field-selector") { Description = "Only with these fields, such as metadata.name=reviews.", HelpName = "FIELDS" };
        var ignore = new Option<bool>("--ignore-not-found") { Description = "An object that is not there is no error." };
        var watch = new GetWatchSymbols();
        return run.Asking("get", "Shows objects of the configuration: KIND, KIND NAME … or KIND/NAME …", [.. names.Symbols, all, selector, fields, ignore, .. watch.All], async (call, cancellationToken) =>
        {
            var api = new ObjectApi(call.Api);
            var ns = call.Arguments.GetValue(all) ? null : names.Namespace(call);
            var asked = new[] { ("labelSelector", call.Arguments.GetValue(selector)), ("fieldSelector", call.Arguments.GetValue(fields)) };
            var targets = await names.FindAsync(call, api, cancellationToken);
            if (targets.Any(target => target.Name is not null && ns is null && target.Kind.IsNamespaced))
            {
                throw new CommandException("A name and all namespaces do not go together: give the namespace with -n.", ExitCode.Usage);
            }

            return watch.Of(call.Arguments) is { } options
                ? await WatchAsync(call, api, targets, ns, asked, options, cancellationToken)
                : await ShowAsync(call, api, targets, ns, Query(asked), call.Arguments.GetValue(ignore), cancellationToken);
        });
    }

    private static async Task<int> WatchAsync(
        Call call, ObjectApi api, IReadOnlyList<(ServedKind Kind, string? Name)> targets, string? ns, (string, string? Value)[] asked, GetWatchOptions options, CancellationToken cancellationToken)
    {
        if (targets is not [var (kind, name)])
        {
            throw new CommandException("--watch: expected one kind, or one object, as the changes of several could not be told apart.", ExitCode.Usage);
        }

        if (name is not null)
        {
            // A list of one, which is what can be watched.
            asked[1].Value = string.Join(',', new[] { $"metadata.name={name}", asked[1].Value }.OfType<string>());
        }

        var table = new WatchedTable(call, kind, ns is null, options.ShowsEvents);
        return await new GetWatch(call, api, kind, ns, Query(asked), table, options).RunAsync(options.TellsPresent, cancellationToken);
    }

    private static async Task<int> ShowAsync(
        Call call, ObjectApi api, IReadOnlyList<(ServedKind Kind, string? Name)> targets, string? ns, string query, bool ignoresMissing, CancellationToken cancellationToken)
    {
        var table = new ObjectTable(call, showsKinds: targets.Select(target => target.Kind).Distinct().Count() > 1, showsNamespaces: ns is null);
        var errors = new List<string>();
        var found = new List<JsonObject>();
        foreach (var (kind, name) in targets)
        {
            var answer = await api.GetAsync(kind, ns, name, name is null ? query : "", cancellationToken, call.Printer.IsForPeople);
            if (answer.Status == HttpStatusCode.NotFound && name is not null && ignoresMissing)
            {
                continue;
            }

            if (!answer.IsSuccess)
            {
                errors.Add(answer.Problem);
            }
            else if (call.Printer.IsForPeople)
            {
                table.Add(kind, answer.Require());
            }
            else
            {
                found.AddRange(name is null ? ObjectItems.Of(kind, answer.Require()) : [ObjectItems.Whole(kind, answer.Require())]);
            }
        }

        await PrintAsync(call, table, found, targets.Count == 1 && targets[0].Name is not null);
        if (!table.HasRows && found.Count == 0 && errors.Count == 0)
        {
            await call.Terminal.Error.WriteLineAsync(ns is null ? "No resources found." : $"No resources found in {ns} namespace.");
        }

        foreach (var error in errors)
        {
            await call.Terminal.Error.WriteLineAsync($"meshctl: {Terminal.SafeLines(error)}");
        }

        return errors.Count == 0 ? ExitCode.Fine : ExitCode.Failure;
    }

    private static async Task PrintAsync(Call call, ObjectTable table, List<JsonObject> found, bool isOne)
    {
        if (call.Printer.IsForPeople)
        {
            table.Write();
        }
        else if (call.Printer.Format == OutputFormat.Name)
        {
            foreach (var item in found)
            {
                await call.Terminal.Out.WriteLineAsync(ObjectItems.NameOf(item));
            }
        }
        else if (isOne && found.Count == 1)
        {
            call.Printer.Whole(found[0]);
        }
        else
        {
            call.Printer.Whole(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. found]) });
        }
    }

    private static string Query(params (string Name, string? Value)[] parameters) =>
        string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}")) is { Length: > 0 } query ? $"?{query}" : "";
}
