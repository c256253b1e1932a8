using System.Globalization;
using ControlPlane.Bench.Groups;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var folder = Directory.CreateTempSubdirectory("bench-groups-");
try
{
    await new Report(options, folder.FullName).WriteAsync();
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}
