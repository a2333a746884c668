using Mesh.ControlPlane.Hosting;

#pragma warning disable RS0030 // The entry point is where the process meets its console.
var standalone = new StandaloneControlPlane(new StreamReader(Console.OpenStandardInput()), Console.Out, Console.Error);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, standalone.RunAsync);
