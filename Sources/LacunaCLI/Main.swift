@main struct LacunaCommand { static func main() { print("lacuna") } }
